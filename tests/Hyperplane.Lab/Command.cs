using System.Diagnostics;

namespace Hyperplane.Lab;

/// <summary>Runs programs of the system and gives back what they printed.</summary>
public static class Command
{
    /// <summary>Runs to the end; throws with both outputs when the exit code is not 0 or the time is over.</summary>
    public static string Run(string file, params string[] arguments)
    {
        (int exitCode, string output, string error) = Try(TimeSpan.FromSeconds(60), file, arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: exit {exitCode}\n{error}{output}");
    }

    /// <summary>Runs to the end; exit code −1 when the time is over.</summary>
    public static (int ExitCode, string Output, string Error) Try(TimeSpan timeout, string file, params string[] arguments)
    {
        using Process process = Start(file, arguments);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (-1, output.Result, error.Result + "timed out\n");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts a program whose end the caller sees to; all three streams are redirected.</summary>
    public static Process Start(string file, params string[] arguments)
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
        return Process.Start(info) ?? throw new InvalidOperationException($"{file} did not start");
    }
}
