namespace Hyperplane.Client;

/// <summary>One sending of a request and what came of it.</summary>
/// <param name="Request">What was sent.</param>
/// <param name="Reply">What came back; null when it was lost.</param>
/// <param name="Failure">Why it was lost; null when it was not.</param>
/// <param name="Elapsed">From sending to the end of the answer.</param>
public sealed record ApiAttempt(ApiRequest Request, ApiReply? Reply, Exception? Failure, TimeSpan Elapsed);
