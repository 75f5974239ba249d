using System.Text.Json;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>Writes one JSON object a line.</summary>
internal sealed class JsonLines(Stream stream) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(stream);

    /// <summary>A frame's line; all members always, so that a column of a table is never missing.</summary>
    public void Write(in FrameReport report)
    {
        _json.WriteStartObject();
        _json.WriteNumber("index"u8, report.Index);
        _json.WriteString("verdict"u8, report.Verdict);
        _json.WriteString("reason"u8, report.Reason);
        Write("listener"u8, report.Listener);
        Write("target"u8, report.Target);
        _json.WriteString("flow"u8, report.Flow);
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        stream.WriteByte((byte)'\n');
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void Write(ReadOnlySpan<byte> name, uint? id)
    {
        if (id is { } number)
            _json.WriteNumber(name, number);
        else
            _json.WriteNull(name);
    }
}
