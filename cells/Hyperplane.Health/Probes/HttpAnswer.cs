namespace Hyperplane.Health;

/// <summary>Finds the status code at the start of an HTTP/1 answer.</summary>
/// <remarks>RFC 9112 section 4; interim answers (1xx, RFC 9110 section 15.2) are skipped.</remarks>
public static class HttpAnswer
{
    /// <summary>Headers are judged by what came when they are longer.</summary>
    public const int MaxBytes = 4096;

    private const int StatusLineBytes = 12;

    /// <summary>Looks at all bytes received so far; never throws.</summary>
    public static HttpAnswerVerdict TryReadStatus(ReadOnlySpan<byte> bytes, out int code)
    {
        bool full = bytes.Length >= MaxBytes;
        while (true)
        {
            code = 0;
            if (!StartsLikeStatusLine(bytes))
                return HttpAnswerVerdict.Garbage;
            if (bytes.Length <= StatusLineBytes)
                return full ? HttpAnswerVerdict.Garbage : HttpAnswerVerdict.Incomplete;
            code = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
            int end = FindEndOfHeaders(bytes);
            bool interim = code is >= 100 and < 200 and not 101;
            if (!interim && (end >= 0 || full))
                return HttpAnswerVerdict.Complete;
            if (end < 0)
                return full ? HttpAnswerVerdict.Garbage : HttpAnswerVerdict.Incomplete;
            bytes = bytes[end..];
        }
    }

    /// <summary><c>HTTP/1.x NNN</c> and then a space or the end of the line, as far as there are bytes.</summary>
    private static bool StartsLikeStatusLine(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> shape = "HTTP/1.# ### "u8;
        for (int i = 0; i < Math.Min(bytes.Length, shape.Length); i++)
        {
            bool fits = shape[i] switch
            {
                (byte)'#' when i == 9 => bytes[i] is >= (byte)'1' and <= (byte)'9',
                (byte)'#' => bytes[i] is >= (byte)'0' and <= (byte)'9',
                _ when i == StatusLineBytes => bytes[i] is (byte)' ' or (byte)'\r' or (byte)'\n',
                byte expected => bytes[i] == expected,
            };
            if (!fits)
                return false;
        }

        return true;
    }

    /// <summary>Where the empty line ends, or −1; bare line feeds are taken as well.</summary>
    private static int FindEndOfHeaders(ReadOnlySpan<byte> bytes)
    {
        int crlf = bytes.IndexOf("\r\n\r\n"u8);
        int lf = bytes.IndexOf("\n\n"u8);
        if (lf >= 0 && (crlf < 0 || lf < crlf))
            return lf + 2;
        return crlf < 0 ? -1 : crlf + 4;
    }
}
