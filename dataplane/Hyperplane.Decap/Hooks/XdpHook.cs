using Hyperplane.Dataplane.Kernel;
using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Hooks;

/// <summary>An interface's XDP program, in the driver: `ip link show IF` shows it.</summary>
/// <remarks>It stays when the process ends and goes with the interface; no file system is needed. Generic XDP is not
/// offered: it copies each packet after merging, where tc copies none.</remarks>
internal sealed unsafe class XdpHook : IHook
{
    private const int BusyError = -16;
    private const int ExistsError = -17;

    /// <inheritdoc/>
    public HookKind Kind => HookKind.Xdp;

    /// <inheritdoc/>
    public string Title => "xdp (driver)";

    /// <inheritdoc/>
    public InstalledProgram? Find(Device device)
    {
        uint id;
        // SAFETY: libbpf writes one word.
        int error = LibBpfHooks.QueryXdp(device.Index, 0, &id);
        if (error != 0)
            throw new KernelException($"asking for the XDP program of {device.Name}", error, "");
        return id == 0 ? null : new InstalledProgram(id);
    }

    /// <inheritdoc/>
    public void Attach(Device device, DecapProgram program, InstalledProgram? older)
    {
        LibBpfHooks.XdpOptions options = default;
        options.Bytes = (nuint)sizeof(LibBpfHooks.XdpOptions);
        options.OldProgram = older?.Descriptor ?? 0;
        uint flags = LibBpfHooks.XdpDriver | (older is null ? LibBpfHooks.XdpIfAbsent : 0);
        // SAFETY: on the stack, read during the call only. The kernel swaps the programs: no packet finds none.
        int error = LibBpfHooks.AttachXdp(device.Index, program.Descriptor, flags, &options);
        if (error is BusyError or ExistsError)
            throw new DecapFailure(
                ExitCode.HookTaken,
                $"{device.Name} has another XDP program, or one that came by a link: `ip link show {device.Name}` "
                    + "names it. End its owner, or use --hook tc.");
        if (error != 0)
            throw new KernelException(
                $"attaching the XDP program to {device.Name}",
                error,
                "The driver, or the MTU, does not allow XDP in the driver: --hook tc works with any.");
    }

    /// <inheritdoc/>
    public void Detach(Device device, InstalledProgram installed)
    {
        LibBpfHooks.XdpOptions options = default;
        options.Bytes = (nuint)sizeof(LibBpfHooks.XdpOptions);
        options.OldProgram = installed.Descriptor;
        // SAFETY: on the stack, read during the call only. Only the program that was found is taken off.
        int error = LibBpfHooks.DetachXdp(device.Index, LibBpfHooks.XdpDriver, &options);
        if (error != 0)
            throw new KernelException($"taking the XDP program from {device.Name}", error, "");
    }
}
