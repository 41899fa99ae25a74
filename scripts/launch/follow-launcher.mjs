// Loaded before the program. A launcher that is killed outright cannot pass anything on; the program then ends as it does on
// SIGTERM, rather than keep the port and the database for nobody.
if (process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The channel must not keep a finished program alive. The listener made it count, hence after it.
  process.channel.unref();
}
