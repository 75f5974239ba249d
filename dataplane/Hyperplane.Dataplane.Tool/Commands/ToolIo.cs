using System.Text;
using Hyperplane.Dataplane.Kernel;

namespace Hyperplane.Dataplane.Tool.Commands;

/// <summary>Where a command writes, and the edge at which its failures become words and an exit code.</summary>
/// <param name="Lines">Standard output, as bytes.</param>
/// <param name="Notes">Standard error.</param>
internal sealed record ToolIo(Stream Lines, TextWriter Notes)
{
    /// <summary>Of this process.</summary>
    public static ToolIo OfThisProcess() => new(Console.OpenStandardOutput(), Console.Error);

    /// <summary>Runs a command's body; its exit code. On a thread of its own, for the caller listens for signals
    /// meanwhile.</summary>
    public Task<int> RunAsync(Action body) => Task.Run(() => (int)Run(body));

    /// <summary>Writes text to <see cref="Lines"/>.</summary>
    public void Print(string text) => Lines.Write(Encoding.UTF8.GetBytes(text + "\n"));

    private ExitCode Run(Action body)
    {
        try
        {
            body();
            return ExitCode.Ok;
        }
        catch (ToolFailure failure)
        {
            Tell(failure.Message, failure.Details);
            return failure.ExitCode;
        }
        catch (Exception failure) when (failure is IOException or KernelException)
        {
            Tell(failure.Message, []);
            return ExitCode.Error;
        }
        catch (OperationCanceledException)
        {
            Tell("interrupted; what was written is whole up to here", []);
            return ExitCode.Interrupted;
        }
    }

    private void Tell(string message, IEnumerable<string> details)
    {
        Notes.WriteLine($"error: {message}");
        foreach (string detail in details)
            Notes.WriteLine($"  {detail}");
    }
}
