using System.Buffers.Binary;
using System.Net;

namespace Hyperplane.Bgp.Messages;

/// <summary>Reads the attributes of one UPDATE into it, with the error handling of RFC 7606 7.</summary>
internal sealed class PathAttributeReader(bool fourOctetAs, ReceivedUpdate update)
{
    private const byte OptionalFlag = 0x80;
    private const byte TransitiveFlag = 0x40;
    private const byte ExtendedLengthFlag = 0x10;

    private readonly HashSet<byte> _seen = [];
    private int _unreachBytes;

    /// <summary>The UPDATE message error subcode, after <see cref="UpdateVerdict.SessionReset"/>.</summary>
    public byte ResetSubcode { get; private set; }

    /// <summary>Of MP_UNREACH_NLRI; null without one.</summary>
    public BgpFamily? UnreachFamily { get; private set; }

    /// <summary>True if an empty MP_UNREACH_NLRI is the only attribute: an end-of-RIB.</summary>
    public bool IsBareUnreach => _seen.Count == 1 && UnreachFamily is not null && _unreachBytes == 3;

    /// <summary>True if announced prefixes lack ORIGIN, AS_PATH or, in the classic form, NEXT_HOP.</summary>
    public bool LacksMandatory(bool classic) =>
        !_seen.Contains((byte)PathAttributeType.Origin) || !_seen.Contains((byte)PathAttributeType.AsPath)
        || (classic && !_seen.Contains((byte)PathAttributeType.NextHop));

    /// <summary>Reads them all; the worst verdict counts.</summary>
    public UpdateVerdict ReadAll(ReadOnlySpan<byte> attributes)
    {
        var worst = UpdateVerdict.Accepted;
        while (!attributes.IsEmpty)
        {
            int headBytes = (attributes[0] & ExtendedLengthFlag) != 0 ? 4 : 3;
            if (attributes.Length < headBytes)
                return Worst(worst, UpdateVerdict.TreatAsWithdraw);
            int valueBytes = headBytes == 4 ? BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]) : attributes[2];
            if (attributes.Length < headBytes + valueBytes)
                return Worst(worst, UpdateVerdict.TreatAsWithdraw);
            worst = Worst(worst, ReadOne(attributes[0], attributes[1], attributes.Slice(headBytes, valueBytes)));
            if (worst == UpdateVerdict.SessionReset)
                return worst;
            attributes = attributes[(headBytes + valueBytes)..];
        }

        return worst;
    }

    private UpdateVerdict ReadOne(byte flags, byte type, ReadOnlySpan<byte> value)
    {
        var known = (PathAttributeType)type;
        if (!_seen.Add(type))
            return known is PathAttributeType.MpReachNlri or PathAttributeType.MpUnreachNlri
                ? Reset(1)
                : UpdateVerdict.AttributeDiscard;
        if (!FlagsFit(flags, known) && known is not (PathAttributeType.MpReachNlri or PathAttributeType.MpUnreachNlri))
            return UpdateVerdict.TreatAsWithdraw;
        return known switch
        {
            PathAttributeType.Origin => ReadOrigin(value),
            PathAttributeType.AsPath => TryReadPath(value, fourOctetAs ? 4 : 2, update.AsPath)
                ? UpdateVerdict.Accepted
                : UpdateVerdict.TreatAsWithdraw,
            PathAttributeType.As4Path => ReadAs4Path(value),
            PathAttributeType.NextHop => ReadNextHop(value),
            PathAttributeType.MultiExitDisc => ReadNumber(value, static (u, n) => u.Med = n),
            PathAttributeType.LocalPref => ReadNumber(value, static (u, n) => u.LocalPref = n),
            PathAttributeType.AtomicAggregate =>
                value.IsEmpty ? UpdateVerdict.Accepted : UpdateVerdict.AttributeDiscard,
            PathAttributeType.Aggregator =>
                value.Length == (fourOctetAs ? 8 : 6) ? UpdateVerdict.Accepted : UpdateVerdict.AttributeDiscard,
            PathAttributeType.Communities => ReadCommunities(value),
            PathAttributeType.MpReachNlri => ReadReach(value),
            PathAttributeType.MpUnreachNlri => ReadUnreach(value),
            _ => UpdateVerdict.Accepted,
        };
    }

    private static bool FlagsFit(byte flags, PathAttributeType type)
    {
        int expected = type switch
        {
            PathAttributeType.Origin or PathAttributeType.AsPath or PathAttributeType.NextHop
                or PathAttributeType.LocalPref or PathAttributeType.AtomicAggregate => TransitiveFlag,
            PathAttributeType.MultiExitDisc or PathAttributeType.MpReachNlri
                or PathAttributeType.MpUnreachNlri => OptionalFlag,
            PathAttributeType.Aggregator or PathAttributeType.Communities
                or PathAttributeType.As4Path => OptionalFlag | TransitiveFlag,
            _ => flags & (OptionalFlag | TransitiveFlag),
        };
        return (flags & (OptionalFlag | TransitiveFlag)) == expected;
    }

    private UpdateVerdict ReadOrigin(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] > 2)
            return UpdateVerdict.TreatAsWithdraw;
        update.Origin = value[0];
        return UpdateVerdict.Accepted;
    }

    private UpdateVerdict ReadAs4Path(ReadOnlySpan<byte> value)
    {
        if (TryReadPath(value, 4, update.As4Path))
            return UpdateVerdict.Accepted;
        update.As4Path.Clear();
        return UpdateVerdict.AttributeDiscard;
    }

    private static bool TryReadPath(ReadOnlySpan<byte> value, int numberBytes, List<uint> path)
    {
        while (!value.IsEmpty)
        {
            if (value.Length < 2 || value[0] is < 1 or > 4 || value[1] == 0)
                return false;
            if (value.Length < 2 + value[1] * numberBytes)
                return false;
            for (int i = 0; i < value[1]; i++)
            {
                ReadOnlySpan<byte> place = value[(2 + i * numberBytes)..];
                uint number = numberBytes == 4
                    ? BinaryPrimitives.ReadUInt32BigEndian(place)
                    : BinaryPrimitives.ReadUInt16BigEndian(place);
                if (number == 0)
                    return false; // RFC 7607
                path.Add(number);
            }

            value = value[(2 + value[1] * numberBytes)..];
        }

        return true;
    }

    private UpdateVerdict ReadNextHop(ReadOnlySpan<byte> value)
    {
        if (value.Length != 4)
            return UpdateVerdict.TreatAsWithdraw;
        update.NextHop = new IPAddress(value);
        return UpdateVerdict.Accepted;
    }

    private UpdateVerdict ReadNumber(ReadOnlySpan<byte> value, Action<ReceivedUpdate, uint> store)
    {
        if (value.Length != 4)
            return UpdateVerdict.TreatAsWithdraw;
        store(update, BinaryPrimitives.ReadUInt32BigEndian(value));
        return UpdateVerdict.Accepted;
    }

    private UpdateVerdict ReadCommunities(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length % 4 != 0)
            return UpdateVerdict.TreatAsWithdraw;
        for (; !value.IsEmpty; value = value[4..])
            update.Communities.Add(BgpCommunity.FromValue(BinaryPrimitives.ReadUInt32BigEndian(value)));
        return UpdateVerdict.Accepted;
    }

    private UpdateVerdict ReadReach(ReadOnlySpan<byte> value)
    {
        if (value.Length < 5 || value.Length < 5 + value[3])
            return Reset(9);
        var family = new BgpFamily(BinaryPrimitives.ReadUInt16BigEndian(value), value[2]);
        if (family != BgpFamily.Ipv6Unicast)
            return UpdateVerdict.Accepted; // not a family of ours: nothing to read in it
        if (value[3] is not (16 or 32) || !PrefixCodec.TryReadAll(value[(5 + value[3])..], family, update.Announced))
            return Reset(9);
        update.NextHop = new IPAddress(value.Slice(4, 16));
        return UpdateVerdict.Accepted;
    }

    private UpdateVerdict ReadUnreach(ReadOnlySpan<byte> value)
    {
        if (value.Length < 3)
            return Reset(9);
        UnreachFamily = new BgpFamily(BinaryPrimitives.ReadUInt16BigEndian(value), value[2]);
        _unreachBytes = value.Length;
        return UnreachFamily == BgpFamily.Ipv6Unicast
            && !PrefixCodec.TryReadAll(value[3..], BgpFamily.Ipv6Unicast, update.Withdrawn)
            ? Reset(9)
            : UpdateVerdict.Accepted;
    }

    private UpdateVerdict Reset(byte subcode)
    {
        ResetSubcode = subcode;
        return UpdateVerdict.SessionReset;
    }

    private static UpdateVerdict Worst(UpdateVerdict one, UpdateVerdict other) => one > other ? one : other;
}
