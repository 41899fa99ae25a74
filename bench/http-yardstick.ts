// The least that a durable endpoint can be: Fastify with one parsed body and one committed row. Run with DATABASE_URL; prints its port.
import fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query('CREATE SCHEMA IF NOT EXISTS bench');
await pool.query(
  'CREATE TABLE IF NOT EXISTS bench.rows (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb NOT NULL)',
);

const server = fastify();
server.post('/v1/items', async (request) => {
  const answer = await pool.query<{ id: string }>({
    name: 'insert',
    text: 'INSERT INTO bench.rows (body) VALUES ($1) RETURNING id',
    values: [JSON.stringify(request.body)],
  });
  return { id: answer.rows[0]!.id };
});
await server.listen({ host: '127.0.0.1', port: 0 });
const address = server.server.address();
if (address === null || typeof address === 'string') throw new Error('the yardstick has no port');
console.log(JSON.stringify({ port: address.port }));

process.once('SIGTERM', () => {
  void server.close().then(() => pool.end());
});
