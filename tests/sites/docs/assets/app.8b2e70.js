document.documentElement.dataset.ready=location.pathname;
