using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Controller.Snapshots;

/// <summary>
/// A cell's snapshot in pieces, each VIP and each target group as its bytes: a change reads and encodes only what it
/// is about, and the whole is put together again.
/// </summary>
/// <remarks>
/// The bytes are those that the message's own encoder would write: fields in the order of their numbers. Whatever went
/// wrong while pieces changed makes it forget all: the next time everything is read.
/// </remarks>
internal sealed class CellMemory
{
    private static readonly uint VipsTag =
        WireFormat.MakeTag(Snapshot.VipsFieldNumber, WireFormat.WireType.LengthDelimited);

    private static readonly uint GroupsTag =
        WireFormat.MakeTag(Snapshot.TargetGroupsFieldNumber, WireFormat.WireType.LengthDelimited);

    private readonly SortedDictionary<uint, VipPiece> _vips = [];
    private readonly SortedDictionary<uint, GroupPiece> _groups = [];
    private volatile HashSet<long> _seen = [];
    private Snapshot? _frame;

    /// <summary>Whether the pieces are of the database's state at some time; else all has to be read.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether changes say that all has to be read; may be asked while somebody else works with it.</summary>
    public bool IsTooOldFor(IReadOnlyList<CellChange> changes)
    {
        HashSet<long> seen = _seen;
        return !IsWhole || changes.Any(change => change.Resource is null && !seen.Contains(change.Id));
    }

    /// <summary>What changes are about that were not seen yet; null when all has to be read.</summary>
    public (HashSet<string> LoadBalancers, HashSet<string> Groups)? Unseen(IReadOnlyList<CellChange> changes)
    {
        if (!IsWhole)
            return null;
        HashSet<string> loadBalancers = new(StringComparer.Ordinal);
        HashSet<string> groups = new(StringComparer.Ordinal);
        foreach (CellChange change in changes.Where(change => !_seen.Contains(change.Id)))
        {
            if (change.Resource is not { } resource)
                return null;
            if (resource.StartsWith("lb-", StringComparison.Ordinal))
                loadBalancers.Add(resource);
            else if (resource.StartsWith("tg-", StringComparison.Ordinal))
                groups.Add(resource);
        }

        // What a load balancer leaves may be used by nobody else.
        foreach (VipPiece vip in _vips.Values.Where(vip => loadBalancers.Contains(vip.LoadBalancer)))
            groups.UnionWith(vip.Groups.Where(_groups.ContainsKey).Select(number => _groups[number].Name));
        return (loadBalancers, groups);
    }

    /// <summary>Takes what was read; it is not whole before <see cref="Keep"/>.</summary>
    /// <param name="part">What of it was read; null: all.</param>
    /// <param name="compiled">What it came to.</param>
    public TakenPieces Take(CellPart? part, CompiledCell compiled)
    {
        VipPiece[] vips = [.. _vips.Values.Where(vip => part?.LoadBalancers.Contains(vip.LoadBalancer) != false)];
        GroupPiece[] groups = [.. _groups.Values.Where(group => part?.Groups.Contains(group.Name) != false)];
        var taken = new TakenPieces(IsWhole ? _frame : null, vips, groups, compiled);
        IsWhole = false;
        foreach (VipPiece vip in vips)
            _vips.Remove(vip.Id);
        foreach (GroupPiece group in groups)
            _groups.Remove(group.Id);
        foreach (VipPiece vip in compiled.Vips)
            _vips[vip.Id] = vip;
        foreach (GroupPiece group in compiled.Groups)
            _groups[group.Id] = group;
        return taken;
    }

    /// <summary>What was taken is committed, and these changes are in it.</summary>
    /// <param name="changes">All of the outbox.</param>
    /// <param name="frame">The stamped message without VIPs and target groups.</param>
    public void Keep(IReadOnlyList<CellChange> changes, Snapshot frame)
    {
        _seen = [.. changes.Select(change => change.Id)];
        _frame = frame;
        IsWhole = true;
    }

    /// <summary>The whole message's bytes.</summary>
    /// <param name="frame">Everything but VIPs and target groups.</param>
    public byte[] Assemble(Snapshot frame)
    {
        byte[] outer = frame.ToByteArray();
        int length = 0;
        Walk(outer, bytes => length += bytes.Length);
        byte[] whole = new byte[length];
        int at = 0;
        Walk(outer, bytes =>
        {
            bytes.CopyTo(whole.AsSpan(at));
            at += bytes.Length;
        });
        return whole;
    }

    /// <summary>The SHA-256 of the whole message's bytes.</summary>
    /// <param name="frame">Everything but VIPs and target groups.</param>
    public byte[] Hash(Snapshot frame)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Walk(frame.ToByteArray(), hash.AppendData);
        return hash.GetHashAndReset();
    }

    /// <summary>All bytes of the message in their order.</summary>
    private void Walk(byte[] outer, Action<ReadOnlySpan<byte>> take)
    {
        int split = WireFields.Before(outer, VipsTag);
        take(outer.AsSpan(0, split));
        foreach (VipPiece vip in _vips.Values)
            Take(VipsTag, vip.Data, take);
        foreach (GroupPiece group in _groups.Values)
            Take(GroupsTag, group.Data, take);
        take(outer.AsSpan(split));
    }

    private static void Take(uint tag, byte[] data, Action<ReadOnlySpan<byte>> take)
    {
        Span<byte> header = stackalloc byte[10];
        int bytes = WireFields.Varint(header, tag);
        bytes += WireFields.Varint(header[bytes..], (uint)data.Length);
        take(header[..bytes]);
        take(data);
    }
}
