using Hyperplane.Dataplane.Tool.Replay;

namespace Hyperplane.Dataplane.Tool.Trace;

/// <summary>Reads a frame given as hexadecimal digits, as Wireshark's "Copy as Hex Stream" gives it.</summary>
internal static class HexFrame
{
    /// <summary>The frame; blanks, colons and line ends between the digits do not count.</summary>
    /// <exception cref="ToolFailure">These are no whole bytes, or too many.</exception>
    public static byte[] Read(string text)
    {
        string digits = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter) && letter != ':'));
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        if (digits.Length % 2 != 0 || !digits.All(char.IsAsciiHexDigit))
            throw new ToolFailure(
                ExitCode.Usage, "--hex takes pairs of hexadecimal digits, Ethernet header first, as "
                + "Wireshark's Copy, ...as a Hex Stream gives them");
        byte[] frame = Convert.FromHexString(digits);
        return frame.Length <= ReplayNode.LongestFrameBytes
            ? frame
            : throw new ToolFailure(
                ExitCode.Usage, $"--hex: {frame.Length} bytes; at most {ReplayNode.LongestFrameBytes} are taken");
    }
}
