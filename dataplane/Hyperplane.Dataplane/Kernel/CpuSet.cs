namespace Hyperplane.Dataplane.Kernel;

/// <summary>The CPUs that a thread may run on; of the first 1,024.</summary>
internal static unsafe class CpuSet
{
    private const int MaskBytes = 128;
    private const int BitsOfByte = 8;

    /// <summary>Those of the calling thread, in order; none when the kernel does not tell.</summary>
    public static int[] OfThread()
    {
        // SAFETY: the kernel writes at most the mask's bytes.
        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        if (LibC.GetAffinity(0, MaskBytes, mask) < 0)
            return [];
        var cpus = new List<int>();
        for (int cpu = 0; cpu < MaskBytes * BitsOfByte; cpu++)
        {
            if ((mask[cpu / BitsOfByte] >> (cpu % BitsOfByte) & 1) != 0)
                cpus.Add(cpu);
        }
        return [.. cpus];
    }

    /// <summary>Keeps the calling thread on one CPU; one that there is not leaves it where it was.</summary>
    public static void Pin(int cpu)
    {
        // SAFETY: the kernel reads the mask's bytes.
        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        mask[cpu / BitsOfByte] = (byte)(1 << (cpu % BitsOfByte));
        _ = LibC.SetAffinity(0, MaskBytes, mask);
    }
}
