using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hyperplane.Rpc;

/// <summary>The text of <c>grpc-message</c>: UTF-8, bytes outside 0x20–0x7E and '%' written as %XX.</summary>
internal static class PercentEncoding
{
    /// <summary>Peers allow 8 KiB for all trailers together; longer texts are cut.</summary>
    private const int MaxEncodedLength = 4096;

    private const int MaxEncodedRuneLength = 12;

    /// <summary>Any text to printable ASCII; lone surrogates become U+FFFD.</summary>
    public static string Encode(string text)
    {
        var encoded = new StringBuilder(Math.Min(text.Length, MaxEncodedLength));
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (encoded.Length > MaxEncodedLength - MaxEncodedRuneLength)
                break;
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                if (b is >= 0x20 and <= 0x7E and not (byte)'%')
                    encoded.Append((char)b);
                else
                    encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return encoded.ToString();
    }

    /// <summary>Back; what is no valid escape stays as it is, as the protocol asks: nothing is refused.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;
        var bytes = new ArrayBufferWriter<byte>(text.Length);
        int index = 0;
        while (index < text.Length)
        {
            if (text[index] == '%' && index + 2 < text.Length
                && byte.TryParse(
                    text.AsSpan(index + 1, 2),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out byte b))
            {
                bytes.GetSpan(1)[0] = b;
                bytes.Advance(1);
                index += 3;
                continue;
            }

            int length = char.IsSurrogatePair(text, index) ? 2 : 1;
            Encoding.UTF8.GetBytes(text.AsSpan(index, length), bytes);
            index += length;
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
