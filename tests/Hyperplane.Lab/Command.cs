using System.Diagnostics;

namespace Hyperplane.Lab;

/// <summary>Runs programs of the system and gives back what they printed.</summary>
public static class Command
{
    /// <summary>Runs to the end; throws with both outputs when the exit code is not 0 or a minute is over.</summary>
    public static string Run(string file, params string[] arguments)
    {
        (int exitCode, string output, string error) = Try(TimeSpan.FromSeconds(60), file, arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"{file} {string.Join(' ', arguments)}: exit {exitCode}\n{error}{output}");
    }

    /// <summary>Runs to the end; exit code −1 when the time is over.</summary>
    public static (int ExitCode, string Output, string Error) Try(
        TimeSpan timeout, string file, params string[] arguments) => Finish(Start(file, arguments), timeout);

    /// <summary>Starts a program whose end the caller sees to; all three streams are redirected.</summary>
    public static Process Start(string file, params string[] arguments) =>
        Process.Start(Describe(file, arguments)) ?? throw new InvalidOperationException($"{file} did not start");

    /// <summary>How to start a program with all three streams redirected.</summary>
    public static ProcessStartInfo Describe(string file, params string[] arguments)
    {
        var info = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        return info;
    }

    /// <summary>Waits for a program's end, killing it and its children when the time is over (exit code −1).</summary>
    public static (int ExitCode, string Output, string Error) Finish(Process process, TimeSpan timeout)
    {
        using (process)
        {
            try
            {
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it read all.
            }

            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (process.WaitForExit(timeout))
                return (process.ExitCode, output.Result, error.Result);
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (-1, output.Result, error.Result + "timed out\n");
        }
    }
}
