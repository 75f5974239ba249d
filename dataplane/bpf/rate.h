/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A leaky bucket as one number, the time at which it is empty again (generic
 * cell rate algorithm, ITU-T I.371). No maps.
 */
#ifndef RATE_H
#define RATE_H

#include <stdbool.h>

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

/* What may come at once: of a tenth of a second, at least one. */
#define BURST_NS 100000000ull

/* Whether one more fits in, where so many bursts may come at once; a bucket that is not there takes all. */
static __always_inline bool has_room(const __u64 *time_ns, __u64 cost_ns, __u32 bursts, __u64 now_ns)
{
	__u64 burst_ns = cost_ns > BURST_NS ? cost_ns : BURST_NS;
	__u64 old_ns;

	if (!time_ns)
		return true;
	old_ns = *(const volatile __u64 *)time_ns;
	return (old_ns > now_ns ? old_ns : now_ns) + cost_ns <= now_ns + burst_ns * bursts;
}

/* Of two CPUs that come at once one may go free. */
static __always_inline void take(__u64 *time_ns, __u64 cost_ns, __u64 now_ns)
{
	__u64 old_ns;

	if (!time_ns)
		return;
	old_ns = *(volatile __u64 *)time_ns;
	__sync_val_compare_and_swap(time_ns, old_ns, (old_ns > now_ns ? old_ns : now_ns) + cost_ns);
}

#endif
