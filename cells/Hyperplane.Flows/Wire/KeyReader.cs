using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;

namespace Hyperplane.Flows.Wire;

/// <summary>Reads the keys that the operations of a batch are about, and judges nothing: whatever is wrong ends
/// it.</summary>
internal ref struct KeyReader(ReadOnlySpan<byte> batch)
{
    private ReadOnlySpan<byte> _rest = batch;

    /// <summary>The keys of the next operation that has any; the same twice when it has one.</summary>
    public bool TryRead(out FlowKey forward, out FlowKey reverse)
    {
        while (_rest.Length >= FlowOps.HeaderBytes)
        {
            (var kind, byte flags) = ((FlowOpKind)_rest[0], _rest[1]);
            int bodyBytes = FlowOps.BodyBytes(kind, flags);
            if (bodyBytes < 0 || _rest.Length < FlowOps.HeaderBytes + bodyBytes)
                break;
            ReadOnlySpan<byte> body = _rest.Slice(FlowOps.HeaderBytes, bodyBytes);
            _rest = _rest[(FlowOps.HeaderBytes + bodyBytes)..];
            switch (FlowOps.BodyOf(kind))
            {
                case FlowOpBody.Record when flags == FlowOps.Wide:
                    ref readonly FlowRecord record = ref MemoryMarshal.AsRef<FlowRecord>(body);
                    (forward, reverse) = (record.Forward, record.Reverse);
                    return true;
                case FlowOpBody.Record:
                    ref readonly FlowRecord4 packed = ref MemoryMarshal.AsRef<FlowRecord4>(body);
                    (forward, reverse) = (packed.Forward.ToKey(), packed.Reverse.ToKey());
                    return true;
                case FlowOpBody.Key:
                    forward = reverse = BatchReader.KeyOf(body, flags);
                    return true;
            }
        }
        forward = reverse = default;
        return false;
    }
}
