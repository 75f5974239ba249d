namespace Hyperplane.Controller.Contracts.Requests;

/// <summary>Knows whether the database answers, without asking it.</summary>
public interface IDatabaseWatch
{
    /// <summary>True from when it left a question unanswered until it answers again.</summary>
    bool IsAway { get; }
}
