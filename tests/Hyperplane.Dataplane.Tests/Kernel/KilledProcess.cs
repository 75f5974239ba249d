using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A process that runs a dataplane until it is killed: this assembly again, which a variable turns into
/// that.</summary>
internal static class KilledProcess
{
    private const string Variable = "HYPERPLANE_TEST_RUNS_DATAPLANE";

    /// <summary>Starts it inside a namespace.</summary>
    public static Process Start(NetworkNamespace space) =>
        space.Start("env", $"{Variable}=1", "dotnet", typeof(KilledProcess).Assembly.Location);

    /// <summary>Takes the place of the test run in that process, and only there.</summary>
    [ModuleInitializer]
    internal static void RunWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
            return;
        IDataplane dataplane = DataplaneHost.Start(Fabric.Options);
        string? refusal = dataplane.Apply(Fabric.Model);
        Console.WriteLine(refusal ?? "runs");
        Thread.CurrentThread.Join();
    }
}
