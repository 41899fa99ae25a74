import { describe, expect, it } from 'vitest';
import { AllowedHostError, readAllowedHosts } from './allowed-hosts.ts';

const allowed = readAllowedHosts([
  'MinIO.internal',
  'hooks.internal:9000',
  '10.2.3.4',
  '10.2.3.5:8080',
  '192.168.0.0/24',
  '[fd00::5]:9000',
  'fd01::1',
]);

describe('readAllowedHosts', () => {
  it('allows a name on any port, or on its port only, however it is written', () => {
    expect(allowed.allowsName('minio.internal', 9000)).toBe(true);
    expect(allowed.allowsName('MINIO.internal.', 22)).toBe(true);
    expect(allowed.allowsName('hooks.internal', 9000)).toBe(true);
    expect(allowed.allowsName('hooks.internal', 80)).toBe(false);
    expect(allowed.allowsName('evil.minio.internal', 80)).toBe(false);
    expect(allowed.allowsName('minio.internal.evil.example', 80)).toBe(false);
  });

  it('allows addresses, ranges and ports of either family', () => {
    expect(allowed.allowsAddress('10.2.3.4', 1)).toBe(true);
    expect(allowed.allowsAddress('::ffff:10.2.3.4', 1)).toBe(true);
    expect(allowed.allowsAddress('10.2.3.5', 8080)).toBe(true);
    expect(allowed.allowsAddress('10.2.3.5', 8081)).toBe(false);
    expect(allowed.allowsAddress('192.168.0.255', 80)).toBe(true);
    expect(allowed.allowsAddress('192.168.1.0', 80)).toBe(false);
    expect(allowed.allowsAddress('fd00::5', 9000)).toBe(true);
    expect(allowed.allowsAddress('fd00::5', 9001)).toBe(false);
    expect(allowed.allowsAddress('fd01::1', 9001)).toBe(true);
    expect(allowed.allowsAddress('nonsense', 80)).toBe(false);
  });

  it.each([
    '',
    'a b',
    'http://minio.internal',
    '10.0.0.0/33',
    '10.0.0/8x',
    'host:0',
    'host:99999',
    '2130706433',
    'host:',
  ])('names the entry %j, which is no host', (entry) => {
    expect(() => readAllowedHosts([entry])).toThrow(AllowedHostError);
    expect(() => readAllowedHosts([entry])).toThrow(JSON.stringify(entry));
  });
});
