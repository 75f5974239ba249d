using System.Text;

namespace Hyperplane.Traffic;

/// <summary>The lines of standard input, without waiting for them; its end is an event too.</summary>
internal sealed class InputLines(Action<string> onLine, Action onEnd) : IPollable
{
    private readonly Stream _input = Console.OpenStandardInput();
    private readonly byte[] _chunk = new byte[256];
    private readonly StringBuilder _line = new();

    public void OnReady(uint events)
    {
        int read = _input.Read(_chunk);
        if (read == 0)
            onEnd();
        foreach (byte letter in _chunk.AsSpan(0, read))
        {
            if (letter != '\n')
            {
                _line.Append((char)letter);
                continue;
            }

            string line = _line.ToString();
            _line.Clear();
            onLine(line);
        }
    }
}
