using System.Net;
using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Hooks;

/// <summary>A decapsulator at work, as the kernel tells it.</summary>
internal sealed class Installation(Device device, IHook hook, InstalledProgram program) : IDisposable
{
    /// <summary>Where it stands.</summary>
    public Device Device { get; } = device;

    /// <summary>At which hook.</summary>
    public IHook Hook { get; } = hook;

    /// <summary>The kernel's number of the program.</summary>
    public uint ProgramId => program.Id;

    /// <summary>What it was installed with.</summary>
    public DecapSettings Settings { get; } = Read(device, hook, program);

    /// <summary>Frames by how they ended; empty of another version's, whose names are not known here.</summary>
    public ulong[] ReadCounters()
    {
        ulong[] frames = program.Map(DecapProgram.CountsMap)?.SumPerCpu() ?? [];
        return frames.Length == DecapProgram.CounterCount ? frames : [];
    }

    /// <inheritdoc/>
    public void Dispose() => program.Dispose();

    private static DecapSettings Read(Device device, IHook hook, InstalledProgram program)
    {
        DecapConfig config = program.Map(DecapProgram.ConfigMap)?.First<DecapConfig>() ?? default;
        return new DecapSettings
        {
            Interface = device.Name,
            Hook = hook.Kind,
            GuePort = config.GuePort,
            Vni = config.ChecksVni == 0 ? null : (int)config.Vni,
            TunnelAddresses = Keys<DecapAddress, IPAddress>(
                program.Map(DecapProgram.TunnelEndsMap), static key => key.ToAddress()),
            Sources = Prefixes(program.Map(DecapProgram.SourcesMap)),
            Vips = config.ChecksVip == 0 ? [] : Prefixes(program.Map(DecapProgram.VipsMap)),
        };
    }

    private static IReadOnlyList<IPNetwork> Prefixes(InstalledMap? map) =>
        Keys<DecapPrefix, IPNetwork>(map, static key => key.ToNetwork());

    // The kernel gives them in an order of its own.
    private static IReadOnlyList<T> Keys<TKey, T>(InstalledMap? map, Func<TKey, T> read)
        where TKey : unmanaged =>
        [.. (map?.Keys<TKey>() ?? []).Select(read).OrderBy(one => one!.ToString(), StringComparer.Ordinal)];
}
