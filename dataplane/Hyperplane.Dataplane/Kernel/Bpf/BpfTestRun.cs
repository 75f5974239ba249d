namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Runs a program on a frame that never was on a wire (<c>BPF_PROG_TEST_RUN</c>).</summary>
/// <param name="Verdict">What the program answered.</param>
/// <param name="LengthBytes">Length of the frame it left.</param>
/// <param name="DurationNs">Average of one run.</param>
internal readonly record struct BpfTestRun(XdpVerdict Verdict, int LengthBytes, uint DurationNs)
{
    private const uint LiveFrames = 2;

    /// <summary>One frame, <paramref name="repeat"/> times; each run but the first finds what the one before
    /// left.</summary>
    /// <param name="program">The program's handle.</param>
    /// <param name="frame">14 bytes or more (the kernel refuses less).</param>
    /// <param name="output">Room for the frame it leaves.</param>
    /// <param name="repeat">1 or more.</param>
    public static unsafe BpfTestRun Run(int program, ReadOnlySpan<byte> frame, Span<byte> output, int repeat = 1)
    {
        BpfTestRunOptions options = default;
        options.Bytes = (nuint)sizeof(BpfTestRunOptions);
        options.DataInBytes = (uint)frame.Length;
        options.DataOutBytes = (uint)output.Length;
        options.Repeat = repeat;
        // SAFETY: pinned for the call; the kernel writes at most DataOutBytes.
        fixed (byte* input = frame)
        fixed (byte* left = output)
        {
            options.DataIn = input;
            options.DataOut = left;
            int error = LibBpf.TestRun(program, &options);
            if (error != 0)
                throw new KernelException("running a BPF program on a test frame", error, "");
        }

        return new BpfTestRun((XdpVerdict)options.Result, (int)options.DataOutBytes, options.DurationNs);
    }

    /// <summary>Sends frames into the network through a program that redirects or transmits; a traffic
    /// generator.</summary>
    /// <param name="program">The program's handle.</param>
    /// <param name="frame">64 bytes or more.</param>
    /// <param name="interfaceIndex">The interface the frames seem to come from.</param>
    /// <param name="frames">How many.</param>
    public static unsafe void Generate(int program, ReadOnlySpan<byte> frame, int interfaceIndex, int frames)
    {
        XdpContext context = default;
        context.DataEnd = (uint)frame.Length;
        context.IngressInterface = (uint)interfaceIndex;
        BpfTestRunOptions options = default;
        options.Bytes = (nuint)sizeof(BpfTestRunOptions);
        options.DataInBytes = (uint)frame.Length;
        options.ContextIn = &context;
        options.ContextInBytes = (uint)sizeof(XdpContext);
        options.Repeat = frames;
        options.Flags = LiveFrames;
        // SAFETY: pinned for the call; with live frames the kernel writes nothing back.
        fixed (byte* input = frame)
        {
            options.DataIn = input;
            int error = LibBpf.TestRun(program, &options);
            if (error != 0)
                throw new KernelException(
                    "generating frames with a BPF program", error, "It needs a kernel of 5.18 or newer.");
        }
    }
}
