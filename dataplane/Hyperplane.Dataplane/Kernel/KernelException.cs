using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel;

/// <summary>The kernel, or libbpf, refused something that the dataplane cannot run without.</summary>
/// <remarks>The message, one line, says what was tried, the kernel's reason, and what to do about it. Never thrown on
/// the packet path.</remarks>
public sealed class KernelException : Exception
{
    /// <summary>Without a reason from the kernel.</summary>
    public KernelException(string message)
        : base(message)
    {
    }

    /// <summary>With the cause that was caught.</summary>
    public KernelException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>With an error number.</summary>
    /// <param name="what">What was tried.</param>
    /// <param name="error">errno, or its negative as libbpf answers it.</param>
    /// <param name="advice">What to do; may be empty.</param>
    public KernelException(string what, int error, string advice)
        : base($"{what}: {Reason(error)} (errno {Math.Abs(error)}). {advice}".TrimEnd()) =>
        Error = Math.Abs(error);

    /// <summary>errno, 0 when there is none.</summary>
    public int Error { get; }

    /// <summary>What the kernel's verifier said about a program that it refused; empty when it was not asked.</summary>
    public string VerifierLog { get; init; } = "";

    /// <summary>Whether <see cref="XdpMode.Generic"/> would have worked: it was tried.</summary>
    public bool OffersGeneric { get; init; }

    private static string Reason(int error) => Marshal.GetPInvokeErrorMessage(Math.Abs(error));
}
