using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Replay;

namespace Hyperplane.Dataplane.Tool.Tests.Replay;

/// <summary>Makes a capture of what a node receives, each frame knowing what the node did with those before.</summary>
internal sealed class CaptureMaker(HpdpConfig config) : IDisposable
{
    private readonly PipelineEngine _engine = new(config);
    private readonly MemoryStream _file = new();
    private PcapWriter? _writer;

    /// <summary>Nanoseconds since 1970.</summary>
    public long TimeNs { get; set; } = 1_700_000_000_123_456_789;

    public int Frames { get; private set; }

    public byte[] File => _file.ToArray();

    /// <summary>Adds a frame; what the node sends for it, or null.</summary>
    public byte[]? Add(byte[] frame, double afterMs = 1)
    {
        TimeNs += (long)(afterMs * 1_000_000);
        _writer ??= new PcapWriter(_file, long.MaxValue);
        _writer.TryWrite(TimeNs, frame);
        Frames++;
        byte[]? sent = null;
        _engine.Node.AdvanceTo(TimeNs, static (_, _) => { });
        _engine.Judge(frame, (bytes, _) => sent = bytes.ToArray());
        return sent;
    }

    public void Dispose() => _engine.Dispose();
}
