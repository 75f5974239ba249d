using System.Buffers.Binary;

namespace Hyperplane.Bgp.Messages;

/// <summary>
/// Reads an UPDATE with the tolerance of RFC 7606: a session ends only when the prefixes cannot be told.
/// </summary>
internal static class UpdateReader
{
    /// <summary>Reads a body that the header check found to be at least 4 bytes long.</summary>
    /// <param name="body">What follows the header.</param>
    /// <param name="fourOctetAs">The form of AS_PATH on this session.</param>
    /// <param name="update">What could be read; with treat-as-withdraw all prefixes are among the withdrawn.</param>
    /// <param name="error">The NOTIFICATION to send, for a session reset only.</param>
    public static UpdateVerdict Read(
        ReadOnlySpan<byte> body, bool fourOctetAs, out ReceivedUpdate update, out BgpError? error)
    {
        update = new ReceivedUpdate();
        error = null;
        if (!TrySplit(
            body, out ReadOnlySpan<byte> withdrawn, out ReadOnlySpan<byte> attributes, out ReadOnlySpan<byte> nlri))
            return Reset(1, out error);
        if (!PrefixCodec.TryReadAll(withdrawn, BgpFamily.Ipv4Unicast, update.Withdrawn)
            || !PrefixCodec.TryReadAll(nlri, BgpFamily.Ipv4Unicast, update.Announced))
            return Reset(10, out error);
        bool classic = update.Announced.Count > 0;
        var attributeReader = new PathAttributeReader(fourOctetAs, update);
        UpdateVerdict verdict = attributeReader.ReadAll(attributes);
        if (verdict == UpdateVerdict.SessionReset)
            return Reset(attributeReader.ResetSubcode, out error);
        if (withdrawn.IsEmpty && attributes.IsEmpty && nlri.IsEmpty)
            update.EndOfRib = BgpFamily.Ipv4Unicast;
        else if (withdrawn.IsEmpty && nlri.IsEmpty && attributeReader.IsBareUnreach)
            update.EndOfRib = attributeReader.UnreachFamily;
        if (update.Announced.Count > 0 && attributeReader.LacksMandatory(classic))
            verdict = UpdateVerdict.TreatAsWithdraw;
        if (verdict == UpdateVerdict.TreatAsWithdraw)
        {
            update.Withdrawn.AddRange(update.Announced);
            update.Announced.Clear();
        }

        return verdict;
    }

    private static bool TrySplit(
        ReadOnlySpan<byte> body,
        out ReadOnlySpan<byte> withdrawn,
        out ReadOnlySpan<byte> attributes,
        out ReadOnlySpan<byte> nlri)
    {
        withdrawn = attributes = nlri = default;
        int withdrawnBytes = BinaryPrimitives.ReadUInt16BigEndian(body);
        if (body.Length < 4 + withdrawnBytes)
            return false;
        int attributeBytes = BinaryPrimitives.ReadUInt16BigEndian(body[(2 + withdrawnBytes)..]);
        if (body.Length < 4 + withdrawnBytes + attributeBytes)
            return false;
        withdrawn = body.Slice(2, withdrawnBytes);
        attributes = body.Slice(4 + withdrawnBytes, attributeBytes);
        nlri = body[(4 + withdrawnBytes + attributeBytes)..];
        return true;
    }

    private static UpdateVerdict Reset(byte subcode, out BgpError? error)
    {
        error = new BgpError(BgpErrorCode.UpdateMessage, subcode);
        return UpdateVerdict.SessionReset;
    }
}
