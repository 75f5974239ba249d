using System.Buffers.Text;
using System.Text;

namespace Hyperplane.Rpc;

/// <summary>Metadata to HTTP fields and back.</summary>
internal static class MetadataCodec
{
    /// <summary>Fields of the protocol and of HTTP itself, which are no metadata.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "grpc-status", "grpc-message", "grpc-timeout", "grpc-encoding", "grpc-accept-encoding",
        "content-type", "content-length", "te", "host", "connection", "transfer-encoding", "trailer",
    };

    /// <summary>Whether a name may be sent as metadata.</summary>
    public static bool IsReserved(string name) => name.StartsWith(':') || Reserved.Contains(name);

    /// <summary>The value as it travels; bytes as base64 without padding.</summary>
    public static string Encode(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;

    /// <summary>Adds a received field; what is no metadata (reserved, not ASCII, not base64) is left out.</summary>
    public static void AddReceived(Metadata metadata, string name, string? value)
    {
        if (value is null || IsReserved(name))
            return;
        if (!name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase))
        {
            if (Metadata.Entry.IsValid(name, value))
                metadata.Add(new Metadata.Entry(name, value));
            return;
        }

        foreach (string part in value.Split(','))
        {
            if (Metadata.Entry.IsValid(name, "") && TryDecodeBase64(part.Trim(), out byte[] bytes))
                metadata.Add(new Metadata.Entry(name, bytes));
        }
    }

    private static bool TryDecodeBase64(string text, out byte[] bytes)
    {
        string unpadded = text.TrimEnd('=');
        string padded = unpadded.PadRight((unpadded.Length + 3) / 4 * 4, '=');
        if (!Base64.IsValid(padded, out int decodedBytes))
        {
            bytes = [];
            return false;
        }

        bytes = new byte[decodedBytes];
        return Base64.DecodeFromUtf8(Encoding.ASCII.GetBytes(padded), bytes, out _, out _)
            == System.Buffers.OperationStatus.Done;
    }
}
