namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>A program at work on an interface; it is gone when this is disposed or the process
/// ends.</summary>
internal sealed class XdpLink : IDisposable
{
    private const int AttachXdp = 37;
    private const uint GenericMode = 1 << 1;
    private const uint DriverMode = 1 << 2;
    private const int BusyError = LibC.BusyError;
    private int _link;

    private XdpLink(int link) => _link = link;

    /// <summary>Attaches; the interface's index must come from a thread in the interface's namespace, and so must
    /// this call.</summary>
    /// <exception cref="KernelException">Refused; where the driver is why, the generic mode was tried.</exception>
    public static XdpLink Attach(
        int program, int interfaceIndex, string interfaceName, XdpMode mode = XdpMode.Native)
    {
        int link = Create(program, interfaceIndex, mode);
        return link >= 0
            ? new XdpLink(link)
            : throw new KernelException(
                $"attaching the XDP program to {interfaceName}", link, Advice(-link, interfaceName))
            {
                OffersGeneric = mode == XdpMode.Native && -link != BusyError
                    && WouldAttach(program, interfaceIndex, XdpMode.Generic),
            };
    }

    private static unsafe int Create(int program, int interfaceIndex, XdpMode mode)
    {
        BpfLinkOptions options = default;
        options.Bytes = (nuint)sizeof(BpfLinkOptions);
        options.Flags = mode == XdpMode.Native ? DriverMode : GenericMode;
        // SAFETY: libbpf reads the options during the call only.
        return LibBpf.CreateLink(program, interfaceIndex, AttachXdp, &options);
    }

    private static bool WouldAttach(int program, int interfaceIndex, XdpMode mode)
    {
        int link = Create(program, interfaceIndex, mode);
        return link >= 0 && LibC.Close(link) == 0;
    }

    /// <summary>False when it was disposed, or the interface is gone.</summary>
    public unsafe bool IsAttached
    {
        get
        {
            // SAFETY: struct bpf_link_info on the stack: type, id, program, padding, then the interface's index for
            // XDP.
            const int Words = 16;
            const int InterfaceWord = 4;
            uint* info = stackalloc uint[Words];
            new Span<uint>(info, Words).Clear();
            uint bytes = Words * sizeof(uint);
            return _link >= 0 && LibBpf.Info(_link, info, &bytes) == 0 && info[InterfaceWord] != 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_link < 0)
            return;
        _ = LibC.Close(_link);
        _link = -1;
    }

    private static string Advice(int error, string name) => error switch
    {
        1 => "It needs root, or CAP_NET_ADMIN and CAP_BPF.",
        BusyError => $"Another XDP program is attached: `ip link show {name}` names it; end its owner, "
            + $"or `ip link set {name} xdp off`.",
        22 or 19 => $"Is {name} in this network namespace?",
        34 => $"The MTU of {name} or of its veth peer is too large for XDP: at most about 3,500.",
        95 => $"The driver of {name} has no native XDP, or its veth peer's MTU or features forbid it "
            + "(MTU at most about 3,500).",
        _ => "",
    };
}
