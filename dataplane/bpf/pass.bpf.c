// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * Passes every frame to the kernel. A veth takes frames that the other end
 * transmits by XDP only while it has a program itself; this one is for the ends
 * that have none (router ports, bridge ports, hosts of a lab).
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
