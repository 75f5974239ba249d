using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Io;

namespace Hyperplane.Dataplane.Queues;

/// <summary>Wakes a pipeline that rests; costs the others a look while it works.</summary>
internal sealed class PipelineBell(IFrameIo io)
{
    private Padded _state;

    /// <summary>Apart from what else is written nearby.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Padded
    {
        [FieldOffset(64)]
        public int Rests;
    }

    /// <summary>From now on <see cref="Ring"/> wakes; what was given before is to be looked for afterwards.</summary>
    public void Rest() => Interlocked.Exchange(ref _state.Rests, 1);

    /// <summary>It works again.</summary>
    public void GoOn() => Volatile.Write(ref _state.Rests, 0);

    /// <summary>Wakes it if it rests; behind a memory barrier.</summary>
    public void Ring()
    {
        if (Volatile.Read(ref _state.Rests) != 0 && Interlocked.Exchange(ref _state.Rests, 0) != 0)
            io.Wake();
    }
}
