using Google.Protobuf;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Fields of an encoded message (protobuf.dev, "Encoding").</summary>
internal static class WireFields
{
    /// <summary>Where the first field begins whose number is not below a tag's.</summary>
    public static int Before(byte[] message, uint tag)
    {
        using var input = new CodedInputStream(message);
        while (true)
        {
            int at = (int)input.Position;
            uint next = input.ReadTag();
            if (next == 0 || next >= tag)
                return at;
            input.SkipLastField();
        }
    }

    /// <summary>Writes a number and gives the bytes that it takes, at most five.</summary>
    public static int Varint(Span<byte> bytes, uint value)
    {
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        return length;
    }
}
