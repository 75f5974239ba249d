using Hyperplane.Dataplane.Kernel;
using Hyperplane.Decap.Kernel;

namespace Hyperplane.Decap.Hooks;

/// <summary>A filter of an interface's clsact, on its way in: `tc filter show dev IF ingress` shows it.</summary>
/// <remarks>It stays when the process ends and goes with the interface; no file system is needed. The clsact itself
/// is never taken away: others may use it.</remarks>
internal sealed unsafe class TcHook : IHook
{
    // First of all filters: those behind it see what was inside.
    private const uint Priority = 1;
    private const uint Handle = 0x6870;
    private const int NoEntryError = -2;
    private const int ExistsError = -17;
    private const int InvalidError = -22;

    /// <inheritdoc/>
    public HookKind Kind => HookKind.Tc;

    /// <inheritdoc/>
    public string Title => "tc (clsact ingress)";

    /// <inheritdoc/>
    public InstalledProgram? Find(Device device)
    {
        LibBpfHooks.TcHookOptions hook = On(device);
        LibBpfHooks.TcOptions filter = Filter();
        // SAFETY: both are on the stack and libbpf reads and writes them during the call only.
        int error = LibBpfHooks.QueryTc(&hook, &filter);
        // No clsact is "invalid", no filter "no entry".
        if (error is NoEntryError or InvalidError)
            return null;
        return error == 0
            ? new InstalledProgram(filter.ProgramId)
            : throw Failure("asking for filters of", device, error);
    }

    /// <inheritdoc/>
    public void Attach(Device device, DecapProgram program, InstalledProgram? older)
    {
        LibBpfHooks.TcHookOptions hook = On(device);
        // SAFETY: on the stack, read during the calls only.
        int error = LibBpfHooks.CreateTcHook(&hook);
        if (error is not (0 or ExistsError))
            throw Failure("adding clsact to", device, error);
        LibBpfHooks.TcOptions filter = Filter();
        filter.Program = program.Descriptor;
        // The kernel swaps the program of a filter that is there: no packet finds none.
        filter.Flags = older is null ? 0 : LibBpfHooks.TcReplace;
        error = LibBpfHooks.AttachTc(&hook, &filter);
        if (error != 0)
            throw Failure("adding the filter to", device, error);
    }

    /// <inheritdoc/>
    public void Detach(Device device, InstalledProgram installed)
    {
        LibBpfHooks.TcHookOptions hook = On(device);
        LibBpfHooks.TcOptions filter = Filter();
        // SAFETY: both are on the stack and read during the call only.
        int error = LibBpfHooks.DetachTc(&hook, &filter);
        if (error is not (0 or NoEntryError))
            throw Failure("taking the filter from", device, error);
    }

    private static LibBpfHooks.TcHookOptions On(Device device) => new()
    {
        Bytes = (nuint)sizeof(LibBpfHooks.TcHookOptions),
        InterfaceIndex = device.Index,
        AttachPoint = LibBpfHooks.TcIngress,
    };

    private static LibBpfHooks.TcOptions Filter() => new()
    {
        Bytes = (nuint)sizeof(LibBpfHooks.TcOptions), Handle = Handle, Priority = Priority,
    };

    private static Exception Failure(string what, Device device, int error) =>
        error is ExistsError or InvalidError or NoEntryError
            ? new DecapFailure(
                ExitCode.HookTaken,
                $"{what} {device.Name}: something else stands at priority {Priority}; "
                    + $"`tc filter show dev {device.Name} ingress` tells what. Give it another, or use --hook xdp.")
            : new KernelException($"{what} {device.Name}", error, "");
}
