namespace Hyperplane.Agent.Runtime;

/// <summary>Where the newest status is, and a way to wait for a newer one.</summary>
/// <param name="onChange">Called with the status before and after; must return soon.</param>
public sealed class StatusBoard(Action<NodeStatus, NodeStatus>? onChange = null)
{
    private readonly Lock _gate = new();
    private NodeStatus _current = NodeStatus.Nothing;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The newest.</summary>
    public NodeStatus Current => Volatile.Read(ref _current);

    /// <summary>The newest, and a task that ends when there is a newer one.</summary>
    public (NodeStatus Status, Task Changed) Watch()
    {
        lock (_gate)
            return (_current, _next.Task);
    }

    /// <summary>Changes the status; nobody is woken when it stays the same.</summary>
    public void Update(Func<NodeStatus, NodeStatus> change)
    {
        lock (_gate)
        {
            NodeStatus before = _current;
            NodeStatus after = change(before);
            if (after.SameAs(before))
                return;
            Volatile.Write(ref _current, after);
            TaskCompletionSource waiting = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            onChange?.Invoke(before, after);
            waiting.SetResult();
        }
    }
}
