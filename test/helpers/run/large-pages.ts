/**
 * Has glibc allocate memory in pieces of 4 MB, and ask Linux for pages of 2 MB for them. Where page faults are expensive, as on a
 * virtual machine, they are most of what a short process costs: a session of Postgres with one insert has 1,380 of them and
 * takes 71 ms, and with large pages 610 and 43 ms. All that tests start inherits it; other libraries of C ignore it.
 */
export function allocateLargePages(): void {
  process.env['GLIBC_TUNABLES'] ??= 'glibc.malloc.hugetlb=1:glibc.malloc.top_pad=4194304';
}
