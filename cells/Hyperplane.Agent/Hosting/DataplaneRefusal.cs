using Hyperplane.Agent.Runtime;
using Hyperplane.Dataplane.Kernel;

namespace Hyperplane.Agent.Hosting;

/// <summary>Tells an operator why the kernel refused the dataplane.</summary>
internal static class DataplaneRefusal
{
    private const string FileName = "xdp-verifier.log";

    /// <summary>One line; what the verifier said goes into a file that the line names.</summary>
    /// <param name="refused">What the kernel said.</param>
    /// <param name="stateDirectory">Where the file goes.</param>
    public static NoDataplaneException Describe(KernelException refused, string stateDirectory)
    {
        string line = $"the dataplane does not start: {refused.Message}";
        if (refused.OffersGeneric)
            line += " The agent's option --xdp-mode generic works here, at a multiple of the cost.";
        if (refused.VerifierLog.Length > 0)
            line += $" {Keep(refused.VerifierLog, Path.Combine(stateDirectory, FileName))}";
        return new NoDataplaneException(line, refused);
    }

    private static string Keep(string log, string path)
    {
        try
        {
            File.WriteAllText(path, log);
            return $"The verifier's log: {path}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The verifier's log cannot be written: {e.Message}";
        }
    }
}
