using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Hooks;

/// <summary>A place on an interface's way in.</summary>
internal interface IHook
{
    /// <summary>Which one.</summary>
    HookKind Kind { get; }

    /// <summary>For people.</summary>
    string Title { get; }

    /// <summary>What stands at our place, ours or not; null for nothing. The caller disposes it.</summary>
    InstalledProgram? Find(Device device);

    /// <summary>Puts a program there, in place of <paramref name="older"/> without a gap.</summary>
    void Attach(Device device, DecapProgram program, InstalledProgram? older);

    /// <summary>Takes it away.</summary>
    void Detach(Device device, InstalledProgram installed);
}
