/**
 * Loaded into a measured process (`--import`): reports the CPU time of its longest turn of the event loop since it was last asked. Unlike
 * the delay of the loop, it does not grow while other processes have the cores. The loop does not rest meanwhile.
 */
let longestMs = 0;
let turnBegan = cpuMs();

process.on('message', (question) => {
  if (question !== 'longest turn') return;
  process.send?.({ longestMs });
  longestMs = 0;
  turnBegan = cpuMs();
});
process.channel?.unref();
setImmediate(nextTurn);

function nextTurn(): void {
  const now = cpuMs();
  longestMs = Math.max(longestMs, now - turnBegan);
  turnBegan = now;
  setImmediate(nextTurn);
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
