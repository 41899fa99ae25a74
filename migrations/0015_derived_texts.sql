-- Text that detectors read from parts, such as words in a picture. Content like any other: it goes when its item is erased, and so is
-- kept beside the decisions, which stay.
CREATE TABLE item_derived_texts (
  item_id uuid NOT NULL,
  version integer NOT NULL,
  -- The derived part's id, as in signals: `photo#text`.
  part_id text NOT NULL,
  from_part_id text NOT NULL,
  text text NOT NULL,
  -- Where each stretch stands, as in the contract.
  places jsonb NOT NULL,
  PRIMARY KEY (item_id, version, part_id),
  FOREIGN KEY (item_id, version) REFERENCES item_versions (item_id, version)
);
