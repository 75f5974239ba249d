namespace Hyperplane.Lbctl.Output;

/// <summary>The only way to standard output and standard error; keeps the key off both.</summary>
internal sealed class Screen
{
    /// <summary>A shorter key is no secret, and hiding it would garble every answer.</summary>
    private const int ShortestSecret = 6;

    private readonly CommandIo _io;
    private readonly string[] _secrets;

    /// <summary>A screen that shows anything but the keys.</summary>
    public Screen(CommandIo io, params IEnumerable<string> keys)
    {
        _io = io;
        _secrets = [.. keys.Where(static key => key.Length >= ShortestSecret)];
        bool colourful = string.IsNullOrEmpty(io.Variable("NO_COLOR")) && io.Variable("TERM") != "dumb";
        HasColours = io.OutputIsTerminal && colourful;
    }

    /// <summary>Whether answers may be coloured.</summary>
    public bool HasColours { get; }

    /// <summary>Prints a part of the answer, which is harmless already.</summary>
    public void Print(string text) => _io.Output.WriteLine(Redact(text));

    /// <summary>Tells a line on standard error; its text may come from anywhere.</summary>
    public void Note(string line) => _io.Error.WriteLine(Redact(TerminalText.Harmless(line)));

    /// <summary>The text without the keys.</summary>
    public string Redact(string text) => _secrets.Aggregate(
        text, static (shown, secret) => shown.Replace(secret, "[key]", StringComparison.Ordinal));
}
