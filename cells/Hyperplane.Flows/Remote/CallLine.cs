namespace Hyperplane.Flows.Remote;

/// <summary>Replicas that stand in line for a call: so many calls of the line may be under way.</summary>
internal sealed class CallLine(int limit)
{
    private readonly Queue<ReplicaLink> _links = new();

    public int UnderWay { get; private set; }

    public bool HasRoom => UnderWay < limit;

    /// <summary>Takes a place at the end, leaving another line.</summary>
    public void Join(ReplicaLink link)
    {
        if (link.Line == this)
            return;
        link.Line = this;
        _links.Enqueue(link);
    }

    /// <summary>The first that still stands here.</summary>
    public bool TryTake(out ReplicaLink link)
    {
        while (_links.TryDequeue(out link!))
        {
            if (link.Line != this)
                continue;
            link.Line = null;
            return true;
        }
        return false;
    }

    /// <summary>A call of the line begins.</summary>
    public void Begin(ReplicaLink link)
    {
        link.Counts = this;
        UnderWay++;
    }

    /// <summary>The call of a link ended, or is not counted any more.</summary>
    public static void End(ReplicaLink link)
    {
        if (link.Counts is { } line)
            line.UnderWay--;
        link.Counts = null;
    }
}
