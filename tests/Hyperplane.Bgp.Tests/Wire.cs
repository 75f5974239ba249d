using System.Buffers.Binary;

namespace Hyperplane.Bgp.Tests;

/// <summary>Messages as a peer would write them, built from bytes and not with the code under test.</summary>
internal static class Wire
{
    public const string Marker = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";

    public static readonly byte[] Keepalive = Message(4, "");

    /// <summary>An UPDATE that announces 203.0.113.0/24, as any router might.</summary>
    public static readonly byte[] Update = Message(2, "0000 0012 40010100 4002040201FC00 4003040A630001 18CB0071");

    public static readonly byte[] EndOfRib = Message(2, "0000 0000");

    /// <summary>ROUTE-REFRESH for IPv4 unicast.</summary>
    public static readonly byte[] Refresh = Message(5, "0001 00 01");

    /// <summary>AS 64512, 10.99.0.1, both families, route refresh, four-octet AS numbers.</summary>
    public static byte[] Open(
        int holdTimeSeconds = 9, ushort remoteAs = 64512, string identifier = "0A630001") => Message(
        1,
        $"04 {remoteAs:X4} {holdTimeSeconds:X4} {identifier} 16 02 14"
        + $"010400010001 010400020001 0200 4104{(uint)remoteAs:X8}");

    /// <summary>A message with a right header around a body in hexadecimal digits; blanks are for the eye.</summary>
    public static byte[] Message(byte type, string body) => Message(type, Bytes(body));

    public static byte[] Message(byte type, byte[] body)
    {
        byte[] message = [.. Bytes(Marker), 0, 0, type, .. body];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(16), (ushort)message.Length);
        return message;
    }

    public static byte[] Bytes(string digits) =>
        Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Cuts a stream of whole messages.</summary>
    public static List<byte[]> Cut(ReadOnlySpan<byte> stream)
    {
        List<byte[]> messages = [];
        while (!stream.IsEmpty)
        {
            int lengthBytes = BinaryPrimitives.ReadUInt16BigEndian(stream[16..]);
            messages.Add(stream[..lengthBytes].ToArray());
            stream = stream[lengthBytes..];
        }

        return messages;
    }
}
