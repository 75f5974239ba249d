using System.Diagnostics;
using System.Globalization;

namespace Hyperplane.Lab;

/// <summary>A terminal that a test types into and reads as a person does: tmux with a server of its own.</summary>
public sealed class Tmux : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hptmux-").FullName;
    private readonly Process _program;

    /// <summary>Starts a program in it.</summary>
    /// <param name="columns">Its width.</param>
    /// <param name="rows">Its height.</param>
    /// <param name="program">The program and its arguments.</param>
    public Tmux(int columns, int rows, params string[] program) => _program = Process.GetProcessById(
        int.Parse(
            Run(
            [
                "-f", "/dev/null", "new-session", "-d", "-P", "-F", "#{pane_pid}", "-x", $"{columns}", "-y", $"{rows}",
                .. program,
            ]),
            CultureInfo.InvariantCulture));

    /// <summary>What it shows.</summary>
    public string Screen => Run("capture-pane", "-p");

    /// <summary>Types, keys by tmux's names (<c>Enter</c>, <c>Tab</c>, <c>C-c</c>).</summary>
    public void Type(params string[] keys) => Run(["send-keys", .. keys]);

    /// <summary>Gives it another size.</summary>
    public void Resize(int columns, int rows) => Run("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>What it shows as soon as that is as wanted; fails after 20 s.</summary>
    public async Task<string> UntilAsync(Func<string, bool> isWanted)
    {
        string screen = "";
        for (int look = 0; look < 200; look++)
        {
            screen = Screen;
            if (isWanted(screen))
                return screen;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }

        throw new TimeoutException($"the terminal shows after 20 s:\n{screen}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A program that ended by itself has taken the server along.
        Command.Try(TimeSpan.FromSeconds(10), "tmux", "-S", Socket, "kill-server");
        // A shell that ends writes its history first.
        _program.WaitForExit(TimeSpan.FromSeconds(10));
        _program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Socket => Path.Combine(_folder, "socket");

    private string Run(params string[] arguments) => Command.Run("tmux", ["-S", Socket, .. arguments]);
}
