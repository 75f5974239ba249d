namespace Hyperplane.Controller.Contracts.Requests;

/// <summary>What is known of an idempotency key.</summary>
public abstract record RequestBegin
{
    private RequestBegin()
    {
    }

    /// <summary>Nothing: do it.</summary>
    public sealed record New : RequestBegin;

    /// <summary>The same request is under way.</summary>
    public sealed record UnderWay : RequestBegin;

    /// <summary>Another request had this key.</summary>
    public sealed record Other : RequestBegin;

    /// <summary>The same request was answered.</summary>
    public sealed record Answered(RememberedAnswer Answer) : RequestBegin;
}
