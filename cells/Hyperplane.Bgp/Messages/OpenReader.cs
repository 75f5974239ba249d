using System.Buffers.Binary;

namespace Hyperplane.Bgp.Messages;

/// <summary>Reads an OPEN in both forms of its optional parameters (RFC 4271 4.2, RFC 9072).</summary>
/// <remarks>
/// Unknown parameters and capabilities are passed over: to refuse them helps nobody. What cannot be delimited is
/// an error 2/0. Whether the values suit this session is for the session to say.
/// </remarks>
internal static class OpenReader
{
    private const byte CapabilitiesParameter = 2;
    private const byte ExtendedMark = 255;

    /// <summary>Reads a body that the header check found to be at least 10 bytes long.</summary>
    public static BgpError? Read(ReadOnlySpan<byte> body, out OpenMessage? open)
    {
        open = null;
        if (body[0] != OpenMessage.Version)
            return new BgpError(BgpErrorCode.OpenMessage, 1, new byte[] { 0, OpenMessage.Version });
        if (!TryFindParameters(body, out ReadOnlySpan<byte> parameters, out bool extended)
            || !TryReadParameters(parameters, extended, out BgpCapabilities capabilities))
            return new BgpError(BgpErrorCode.OpenMessage, 0);
        ushort as2 = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
        open = new OpenMessage(
            capabilities.FourOctetAs ?? as2,
            BinaryPrimitives.ReadUInt16BigEndian(body[3..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[5..]),
            capabilities);
        return null;
    }

    private static bool TryFindParameters(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> parameters, out bool extended)
    {
        parameters = body[10..];
        // The extended form: the length says 255 (or anything but 0, as RFC 9072 2 allows) and the first type is 255.
        extended = body[9] != 0 && parameters.Length >= 3 && parameters[0] == ExtendedMark;
        if (!extended)
            return parameters.Length == body[9];
        int lengthBytes = BinaryPrimitives.ReadUInt16BigEndian(parameters[1..]);
        parameters = parameters[3..];
        return parameters.Length == lengthBytes;
    }

    private static bool TryReadParameters(
        ReadOnlySpan<byte> parameters, bool extended, out BgpCapabilities capabilities)
    {
        capabilities = new BgpCapabilities();
        int headBytes = extended ? 3 : 2;
        while (!parameters.IsEmpty)
        {
            if (parameters.Length < headBytes)
                return false;
            int valueBytes = extended ? BinaryPrimitives.ReadUInt16BigEndian(parameters[1..]) : parameters[1];
            if (parameters.Length < headBytes + valueBytes)
                return false;
            ReadOnlySpan<byte> value = parameters.Slice(headBytes, valueBytes);
            if (parameters[0] == CapabilitiesParameter && !TryReadCapabilities(value, ref capabilities))
                return false;
            parameters = parameters[(headBytes + valueBytes)..];
        }

        return true;
    }

    private static bool TryReadCapabilities(ReadOnlySpan<byte> list, ref BgpCapabilities capabilities)
    {
        while (!list.IsEmpty)
        {
            if (list.Length < 2 || list.Length < 2 + list[1])
                return false;
            if (!TryAdd(list[0], list.Slice(2, list[1]), ref capabilities))
                return false;
            list = list[(2 + list[1])..];
        }

        return true;
    }

    private static bool TryAdd(byte code, ReadOnlySpan<byte> value, ref BgpCapabilities capabilities)
    {
        switch (code)
        {
            case BgpCapabilities.MultiprotocolCode:
                if (value.Length != 4)
                    return false;
                var family = new BgpFamily(BinaryPrimitives.ReadUInt16BigEndian(value), value[3]);
                if (!capabilities.Families.Contains(family))
                    capabilities = capabilities with { Families = [.. capabilities.Families, family] };
                return true;
            case BgpCapabilities.FourOctetAsCode:
                if (value.Length != 4)
                    return false;
                capabilities = capabilities with { FourOctetAs = BinaryPrimitives.ReadUInt32BigEndian(value) };
                return true;
            case BgpCapabilities.RouteRefreshCode:
                capabilities = capabilities with { RouteRefresh = true };
                return true;
            case BgpCapabilities.EnhancedRouteRefreshCode:
                capabilities = capabilities with { EnhancedRouteRefresh = true };
                return true;
            default:
                return true;
        }
    }
}
