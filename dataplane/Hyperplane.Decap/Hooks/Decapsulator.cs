using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Hooks;

/// <summary>Puts the decapsulator on an interface, finds it there, and takes it off.</summary>
internal static class Decapsulator
{
    private static readonly IHook[] Hooks = [new TcHook(), new XdpHook()];

    /// <summary>Loads and attaches it. One that is there is replaced without a gap, and its counters go on.</summary>
    public static void Install(DecapSettings settings)
    {
        Device device = Device.Named(settings.Interface);
        IHook hook = Hooks[(int)settings.Hook];
        using InstalledProgram? older = hook.Find(device);
        if (older is { IsOurs: false })
            throw new DecapFailure(
                ExitCode.HookTaken,
                $"another program stands at {hook.Title} of {device.Name}: {older.Name}, id {older.Id}. "
                    + "End its owner, or use the other --hook.");
        IHook otherHook = Hooks[1 - (int)settings.Hook];
        using InstalledProgram? other = OursAt(otherHook, device);
        using DecapProgram program = DecapProgram.Load(settings, (older ?? other)?.Map(DecapProgram.CountsMap));
        hook.Attach(device, program, older);
        if (other is not null)
            otherHook.Detach(device, other);
    }

    /// <summary>Takes it off; false when there was none.</summary>
    public static bool Remove(string interfaceName)
    {
        Device device = Device.Named(interfaceName);
        bool found = false;
        foreach (IHook hook in Hooks)
        {
            using InstalledProgram? installed = OursAt(hook, device);
            if (installed is null)
                continue;
            hook.Detach(device, installed);
            found = true;
        }

        return found;
    }

    /// <summary>Those on one interface, or on all when it is null. The caller disposes them.</summary>
    public static List<Installation> Find(string? interfaceName)
    {
        var found = new List<Installation>();
        foreach (Device device in interfaceName is null ? Device.All() : [Device.Named(interfaceName)])
        {
            foreach (IHook hook in Hooks)
            {
                if (OursAt(hook, device) is { } program)
                    found.Add(new Installation(device, hook, program));
            }
        }

        return found;
    }

    private static InstalledProgram? OursAt(IHook hook, Device device)
    {
        InstalledProgram? program = hook.Find(device);
        if (program is null or { IsOurs: true })
            return program;
        program.Dispose();
        return null;
    }
}
