namespace Hyperplane.Api.Requests;

/// <summary>
/// A JSON object of a request. Members are nullable, so that everything wrong is found before any of it is used.
/// </summary>
internal interface IRequestBody
{
    /// <summary>
    /// Adds what no single member's rule can see. Any member may be null: its own fault is found already.
    /// </summary>
    /// <remarks>Called for the whole body only; it asks its parts itself.</remarks>
    void Check(Findings findings)
    {
    }
}
