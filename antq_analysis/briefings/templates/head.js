// What only a script can do is shown only where scripts run: previews of attachments run none.
document.documentElement.classList.add("scripted");
