namespace Hyperplane.Bgp.Messages;

/// <summary>Why a session ends, as a NOTIFICATION says it.</summary>
internal sealed record BgpError(BgpErrorCode Code, byte Subcode, ReadOnlyMemory<byte> Data = default)
{
    /// <summary>For operators: <c>OPEN message error: bad peer AS (2/2)</c>.</summary>
    public string Describe() => $"{BgpErrorNames.Name(Code, Subcode)} ({(byte)Code}/{Subcode})";
}
