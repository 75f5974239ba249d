/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The tag of the fabric's VLAN (IEEE 802.1Q): off before a frame is looked at,
 * on again when it leaves or goes to the kernel. The pipeline never sees it.
 */
#ifndef VLAN_H
#define VLAN_H

#include "frame.h"

#define VLAN_TAG_BYTES 4
#define VLAN_ID_MASK 0x0fff

struct vlan_frame {
	__u8 macs[2 * ETH_ALEN];
	__be16 tag_type;
	__be16 tag;
	__be16 type;
};

/* Moves the MAC addresses over the tag, or away from where it goes. */
static __always_inline bool move_macs(struct xdp_md *ctx, int bytes)
{
	__u8 macs[2 * ETH_ALEN];
	void *data = (void *)(long)ctx->data;

	if (data + sizeof(macs) > (void *)(long)ctx->data_end)
		return false;
	__builtin_memcpy(macs, data, sizeof(macs));
	if (bpf_xdp_adjust_head(ctx, bytes))
		return false;
	data = (void *)(long)ctx->data;
	if (data + sizeof(macs) > (void *)(long)ctx->data_end)
		return false;
	__builtin_memcpy(data, macs, sizeof(macs));
	return true;
}

/* False, and the frame untouched, when it is of another VLAN or of none. */
static __always_inline bool take_tag(struct xdp_md *ctx, __be16 vlan, __be16 *tag)
{
	const struct vlan_frame *frame = (void *)(long)ctx->data;

	if ((void *)(frame + 1) > (void *)(long)ctx->data_end || frame->tag_type != bpf_htons(ETH_P_8021Q)
		|| (frame->tag & bpf_htons(VLAN_ID_MASK)) != vlan)
		return false;
	*tag = frame->tag;
	return move_macs(ctx, VLAN_TAG_BYTES);
}

static __always_inline bool put_tag(struct xdp_md *ctx, __be16 tag)
{
	struct vlan_frame *frame;

	if (!move_macs(ctx, -VLAN_TAG_BYTES))
		return false;
	frame = (void *)(long)ctx->data;
	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return false;
	frame->tag_type = bpf_htons(ETH_P_8021Q);
	frame->tag = tag;
	return true;
}

#endif
