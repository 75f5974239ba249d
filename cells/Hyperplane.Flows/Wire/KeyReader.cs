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
    public bool TryRead(out FlowKey4 forward, out FlowKey4 reverse)
    {
        while (_rest.Length >= FlowOps.HeaderBytes)
        {
            int bodyBytes = FlowOps.BodyBytes((FlowOpKind)_rest[0]);
            if (bodyBytes < 0 || _rest.Length < FlowOps.HeaderBytes + bodyBytes)
                break;
            ReadOnlySpan<byte> body = _rest.Slice(FlowOps.HeaderBytes, bodyBytes);
            _rest = _rest[(FlowOps.HeaderBytes + bodyBytes)..];
            if (bodyBytes == FlowRecord4.Bytes)
            {
                ref readonly FlowRecord4 record = ref MemoryMarshal.AsRef<FlowRecord4>(body);
                (forward, reverse) = (record.Forward, record.Reverse);
                return true;
            }
            if (bodyBytes == FlowOps.KeyBytes)
            {
                forward = reverse = MemoryMarshal.Read<FlowKey4>(body);
                return true;
            }
        }
        forward = reverse = default;
        return false;
    }
}
