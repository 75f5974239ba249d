namespace Hyperplane.Controller.Contracts.Outcomes;

/// <summary>How a request to change or read something ended: a value, or a refusal that says what to do.</summary>
/// <typeparam name="T">The value of a request that was done.</typeparam>
public abstract record Outcome<T>
{
    private Outcome()
    {
    }

    /// <summary>It was done.</summary>
    /// <param name="Value">The resource as it is now.</param>
    /// <param name="Changed">False when everything was already as asked (the same create again).</param>
    public sealed record Done(T Value, bool Changed) : Outcome<T>;

    /// <summary>It was refused; nothing was changed.</summary>
    public sealed record Refused(Refusal Refusal) : Outcome<T>;
}
