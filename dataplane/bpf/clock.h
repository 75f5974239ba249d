/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The time of a frame.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

/* What the coarse clock said in a tick; on a cache line of its own, away from what user space writes. */
struct tick {
	__u64 jiffies;
	__u64 ns;
	__u64 padding[6];
};
_Static_assert(sizeof(struct tick) == 64, "tick");

struct tick last_tick SEC(".data.clock") __attribute__((aligned(64)));

/*
 * CLOCK_MONOTONIC as of the last tick but one or later. The coarse clock moves by ticks; asking it costs more than all
 * else that is done to a frame, reading the ticks themselves is one load. CPUs that come at once write the same.
 */
static __always_inline __u64 coarse_now_ns(void)
{
	volatile struct tick *last = &last_tick;
	__u64 jiffies = bpf_jiffies64();
	__u64 now_ns;

	if (last->jiffies == jiffies)
		return last->ns;
	now_ns = bpf_ktime_get_coarse_ns();
	last->ns = now_ns;
	last->jiffies = jiffies;
	return now_ns;
}

#endif
