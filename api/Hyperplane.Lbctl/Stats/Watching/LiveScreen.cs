using System.Runtime.InteropServices;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Stats.Watching;

/// <summary>A terminal's second screen, drawn over in place; the first one, and the cursor, come back when
/// disposed.</summary>
internal sealed class LiveScreen : IDisposable
{
    private const string Open = "\e[?1049h\e[?25l";
    private const string Close = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string EndOfLine = "\e[K\r\n";
    private const string ToTheEnd = "\e[K\e[J";

    private readonly CommandIo _io;
    private readonly Screen _screen;
    private readonly PosixSignalRegistration? _resizes;
    private TaskCompletionSource _resized = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes the terminal.</summary>
    public LiveScreen(CommandIo io, Screen screen)
    {
        (_io, _screen) = (io, screen);
        if (!OperatingSystem.IsWindows())
            _resizes = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _resized.TrySetResult());
        _io.Output.Write(Open);
    }

    /// <summary>Draws lines that fit; asks for them anew whenever the size changes, until the pause is over.</summary>
    public async Task ShowAsync(Func<int, int, IReadOnlyList<string>> lines, Task pause)
    {
        Task resized;
        do
        {
            _resized = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            resized = _resized.Task;
            (int width, int height) = _io.TerminalSize();
            string frame = string.Join(EndOfLine, lines(width, height));
            await _io.Output.WriteAsync(Home + _screen.Redact(frame) + ToTheEnd);
            await _io.Output.FlushAsync();
        }
        while (await Task.WhenAny(pause, resized) == resized);
        await pause;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _resizes?.Dispose();
        _io.Output.Write(Close);
        _io.Output.Flush();
    }
}
