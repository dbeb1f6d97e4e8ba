// Loaded into a gateway by `--import`: SIGUSR2 keeps its event loop busy for three seconds.
const busyMs = 3_000

process.on('SIGUSR2', () => {
  const until = performance.now() + busyMs
  while (performance.now() < until);
})
