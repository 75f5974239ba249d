namespace Hyperplane.Terraform.Plugin;

/// <summary>Notices that the process that started this one is gone: nobody else would end it then.</summary>
internal sealed class ParentWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private readonly string? _parent = ReadParent();
    private readonly ITimer _timer;

    /// <summary>Calls <paramref name="gone"/> once the parent changed.</summary>
    public ParentWatch(Action gone, TimeProvider time) => _timer = time.CreateTimer(
        _ =>
        {
            if (ReadParent() != _parent)
                gone();
        },
        state: null,
        Pause,
        Pause);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>The fourth field (proc(5)); null where there is no such file.</summary>
    private static string? ReadParent()
    {
        try
        {
            string afterName = File.ReadAllText("/proc/self/stat").Split(')')[^1];
            return afterName.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
